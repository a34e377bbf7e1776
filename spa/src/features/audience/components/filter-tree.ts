import { DEFAULT_OPERATOR, typeOf, type ConditionType, type Operator } from "./filter-fields";

/** A segment's filter as the API takes it; docs/segments.md tells what it means. */
export type Filter = Record<string, unknown>;

export interface Condition {
  kind: "condition";
  key: string;
  negated: boolean;
  /** A field of the language, `attributes` for one that is named by `attribute`. */
  field: string;
  attribute: string;
  /** The type of an attribute; other fields have their own. */
  type: ConditionType;
  op: Operator;
  value: unknown;
}

export interface Group {
  kind: "group";
  key: string;
  negated: boolean;
  every: boolean;
  parts: Part[];
}

export type Part = Condition | Group;

const ATTRIBUTE = "attributes.";
let keys = 0;

/** For React alone, which must know a part again after others were removed. */
function nextKey(): string {
  keys += 1;
  return `part-${keys}`;
}

export function newCondition(field = "email"): Condition {
  const type = field === "attributes" ? "text" : typeOf(field);
  return {
    kind: "condition",
    key: nextKey(),
    negated: false,
    field,
    attribute: "",
    type,
    op: DEFAULT_OPERATOR[type],
    value: emptyValue(type, DEFAULT_OPERATOR[type]),
  };
}

export function newGroup(...parts: Part[]): Group {
  return { kind: "group", key: nextKey(), negated: false, every: true, parts };
}

export function emptyValue(type: ConditionType, op: Operator): unknown {
  if (op === "exists") return undefined;
  if (op === "in") return [];
  return type === "boolean" ? true : "";
}

/** What the API takes, or null while something is still missing. */
export function filterOf(part: Part): Filter | null {
  const filter = part.kind === "group" ? groupFilter(part) : conditionFilter(part);
  return filter && part.negated ? { not: filter } : filter;
}

function groupFilter({ parts, every }: Group): Filter | null {
  const filters = parts.map(filterOf);
  return filters.includes(null) ? null : { [every ? "all" : "any"]: filters };
}

function conditionFilter(condition: Condition): Filter | null {
  const { field, attribute, type, op, value } = condition;
  const isAttribute = field === "attributes";
  if (isAttribute && attribute.trim() === "") return null;
  const base = { field: isAttribute ? ATTRIBUTE + attribute.trim() : field, op };
  if (op === "exists") return base;
  const given = isAttribute ? { ...base, type } : base;
  if (op === "in") {
    const values = (value as string[]).map((each) => (type === "text" ? each : Number(each)));
    return values.length === 0 || values.some(Number.isNaN) ? null : { ...given, value: values };
  }
  if (value === "") return null;
  return { ...given, value };
}

/** The tree of a saved filter; its root is always a group, so that there is something to add to. */
export function treeOf(filter: Filter): Group {
  const part = partOf(filter);
  return part.kind === "group" ? part : newGroup(part);
}

function partOf(filter: Filter): Part {
  if ("not" in filter) {
    const part = partOf(filter.not as Filter);
    return { ...part, negated: !part.negated };
  }
  const parts = filter.all ?? filter.any;
  if (Array.isArray(parts)) {
    return { ...newGroup(...parts.map(partOf)), every: "all" in filter };
  }
  return savedCondition(filter);
}

function savedCondition(filter: Filter): Condition {
  const name = String(filter.field);
  const isAttribute = name.startsWith(ATTRIBUTE);
  const type = isAttribute ? attributeType(filter) : typeOf(name);
  const op = filter.op as Operator;
  return {
    kind: "condition",
    key: nextKey(),
    negated: false,
    field: isAttribute ? "attributes" : name,
    attribute: isAttribute ? name.slice(ATTRIBUTE.length) : "",
    type,
    op,
    value: Array.isArray(filter.value) ? filter.value.map(String) : filter.value,
  };
}

/** As the API infers it where the filter doesn't say. */
function attributeType({ type, value }: Filter): ConditionType {
  if (type) return type as ConditionType;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === "boolean") return "boolean";
  if (typeof first === "number") return "number";
  return typeof first === "object" && first !== null ? "date" : "text";
}
