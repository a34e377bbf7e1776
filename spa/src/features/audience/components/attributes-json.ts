export type Attributes = Record<string, unknown>;

export type ParsedAttributes =
  { ok: true; attributes: Attributes } | { ok: false; reason: string | null };

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nothing written means no attributes. `reason` is the parser's, or null for JSON of another kind. */
export function parseAttributes(text: string): ParsedAttributes {
  if (text.trim() === "") return { ok: true, attributes: {} };
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { ok: true, attributes: value } : { ok: false, reason: null };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

export function printAttributes(attributes: Attributes): string {
  return Object.keys(attributes).length === 0 ? "" : JSON.stringify(attributes, null, 2);
}
