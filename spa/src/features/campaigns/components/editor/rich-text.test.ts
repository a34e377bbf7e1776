import { expect, it } from "vitest";

import { fromEditor, toEditor } from "./rich-text";
import type { RichText } from "./visual-document";

const TEXTS: RichText[] = [
  "",
  "Hello {{ name|default:\"friend\" }}",
  "two\nlines",
  ["Read ", { text: "the story", href: "https://example.org/", marks: ["bold"] }, "."],
  [{ text: "all", marks: ["italic", "code"] }, "\n", { text: "next", marks: ["strike"] }],
];

it.each(TEXTS.map((text) => [text]))("%j comes back from the editor as it went in", (text) => {
  expect(fromEditor(toEditor(text))).toEqual(text);
});
