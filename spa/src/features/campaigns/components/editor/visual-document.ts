/** The visual body as docs/content.md tells it; the API checks it and has the last word. */

export const MARKS = ["bold", "italic", "underline", "strike", "code"] as const;
export type Mark = (typeof MARKS)[number];

export interface Run {
  text: string;
  marks?: Mark[];
  href?: string;
}

export type RichText = string | (string | Run)[];
export type Align = "left" | "center" | "right";

export const NETWORKS = [
  "facebook",
  "github",
  "instagram",
  "linkedin",
  "medium",
  "pinterest",
  "soundcloud",
  "tumblr",
  "vimeo",
  "web",
  "x",
  "youtube",
] as const;

interface SocialLink {
  network: (typeof NETWORKS)[number];
  href: string;
}

export type Block =
  | { type: "heading"; text: RichText; level?: 1 | 2 | 3; align?: Align }
  | { type: "text"; text: RichText; align?: Align }
  | { type: "image"; src: string; alt?: string; href?: string; width?: number; align?: Align }
  | { type: "button"; text: string; href: string; color?: string; align?: Align }
  | { type: "columns"; columns: Block[][] }
  | { type: "divider" }
  | { type: "spacer"; height?: number }
  | { type: "quote"; text: RichText }
  | { type: "list"; items: RichText[]; ordered?: boolean }
  | { type: "social"; links: SocialLink[]; align?: Align }
  | { type: "html"; html: string };

export type BlockType = Block["type"];
export type BlockOf<Type extends BlockType> = Extract<Block, { type: Type }>;

export interface VisualDocument {
  blocks: Block[];
}

/** In the order of the menu. */
export const BLOCK_TYPES = [
  "text",
  "heading",
  "image",
  "button",
  "list",
  "quote",
  "columns",
  "divider",
  "spacer",
  "social",
  "html",
] as const satisfies readonly BlockType[];

export function newBlock(type: BlockType): Block {
  switch (type) {
    case "heading":
      return { type, level: 1, text: "" };
    case "text":
    case "quote":
      return { type, text: "" };
    case "image":
      return { type, src: "", alt: "" };
    case "button":
      return { type, text: "", href: "https://" };
    case "columns":
      return { type, columns: [[newBlock("text")], [newBlock("text")]] };
    case "divider":
      return { type };
    case "spacer":
      return { type, height: 24 };
    case "list":
      return { type, items: [""] };
    case "social":
      return { type, links: [{ network: "web", href: "https://" }] };
    case "html":
      return { type, html: "" };
  }
}

export function emptyDocument(): VisualDocument {
  return { blocks: [newBlock("heading"), newBlock("text")] };
}

function isDocument(body: unknown): body is VisualDocument {
  return typeof body === "object" && body !== null && "blocks" in body && Array.isArray(body.blocks);
}

/** What the API keeps is a document always; anything else begins anew. */
export function asDocument(body: unknown): VisualDocument {
  return isDocument(body) ? body : emptyDocument();
}

const keys = new WeakMap<Block, string>();
let lastKey = 0;

/** A block has no id of its own; whoever renders it needs one that lasts while it is edited. */
export function keyOf(block: Block): string {
  let key = keys.get(block);
  if (key === undefined) {
    lastKey += 1;
    key = String(lastKey);
    keys.set(block, key);
  }
  return key;
}

/** `undefined` takes a field away. */
type Changes<Type> = { [Field in keyof Type]?: Type[Field] | undefined };

/** The changed block, under the key of the one in whose place it comes. */
export function changed<Type extends Block>(block: Type, changes: Changes<Type>): Type {
  const after = { ...block, ...changes };
  for (const [name, value] of Object.entries(after)) {
    if (value === undefined) Reflect.deleteProperty(after, name);
  }
  keys.set(after, keyOf(block));
  return after;
}

/** One step up or down; the same list where there is no room. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const item = items[from];
  const after = [...items];
  if (item === undefined || to < 0 || to >= items.length) return after;
  after.splice(from, 1);
  after.splice(to, 0, item);
  return after;
}
