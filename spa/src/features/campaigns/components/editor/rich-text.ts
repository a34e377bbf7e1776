import type { JSONContent } from "@tiptap/core";

import { MARKS, type Mark, type RichText, type Run } from "./visual-document";

function isMark(name: string): name is Mark {
  return MARKS.some((mark) => mark === name);
}

function nodeOf(run: Run, text: string): JSONContent {
  const marks = [
    ...(run.marks ?? []).map((type) => ({ type })),
    ...(run.href === undefined ? [] : [{ type: "link", attrs: { href: run.href } }]),
  ];
  return { type: "text", text, ...(marks.length > 0 && { marks }) };
}

/** The text as the editor takes it: each of its lines is a paragraph. */
export function toEditor(rich: RichText): JSONContent {
  const lines: JSONContent[][] = [[]];
  for (const piece of typeof rich === "string" ? [rich] : rich) {
    const run = typeof piece === "string" ? { text: piece } : piece;
    for (const [number, text] of run.text.split("\n").entries()) {
      if (number > 0) lines.push([]);
      if (text !== "") lines.at(-1)?.push(nodeOf(run, text));
    }
  }
  return {
    type: "doc",
    content: lines.map((content) => ({ type: "paragraph", ...(content.length > 0 && { content }) })),
  };
}

function runOf(node: JSONContent): Run {
  if (node.type === "hardBreak") return { text: "\n" };
  const names = (node.marks ?? []).map(({ type }) => type);
  const marks = names.filter(isMark);
  const link = (node.marks ?? []).find(({ type }) => type === "link");
  const href: unknown = link?.attrs?.["href"];
  return {
    text: node.text ?? "",
    ...(marks.length > 0 && { marks }),
    ...(typeof href === "string" && { href }),
  };
}

function isAlike(one: Run, other: Run): boolean {
  return one.href === other.href && String(one.marks ?? []) === String(other.marks ?? []);
}

/** What the editor holds as the API takes it: a string where nothing is marked. */
export function fromEditor(document: JSONContent): RichText {
  const runs: Run[] = [];
  for (const [number, line] of (document.content ?? []).entries()) {
    const pieces = (line.content ?? []).map(runOf);
    for (const run of number > 0 ? [{ text: "\n" }, ...pieces] : pieces) {
      const last = runs.at(-1);
      if (last && isAlike(last, run)) last.text += run.text;
      else runs.push(run);
    }
  }
  const pieces = runs.map((run) => (run.marks || run.href !== undefined ? run : run.text));
  const [only] = pieces;
  if (only === undefined) return "";
  return pieces.length === 1 && typeof only === "string" ? only : pieces;
}
