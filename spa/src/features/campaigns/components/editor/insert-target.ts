import { createContext, useContext } from "react";

/** Where a variable goes: the field that had the focus last. */
export interface InsertTarget {
  label: string;
  insert: (text: string) => void;
}

interface Holder {
  set: (target: InsertTarget) => void;
}

export const InsertTargetContext = createContext<Holder>({ set: () => {} });

export function useInsertTarget(): Holder {
  return useContext(InsertTargetContext);
}

type Input = HTMLInputElement | HTMLTextAreaElement;

/** For a controlled input: it hears of the text as if it had been typed. */
export function insertInto(input: Input, text: string): void {
  input.focus();
  const start = input.selectionStart ?? input.value.length;
  const end = input.selectionEnd ?? start;
  const value = input.value.slice(0, start) + text + input.value.slice(end);
  const prototype = input instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement;
  // React keeps its own setter on the element and would not notice.
  Object.getOwnPropertyDescriptor(prototype.prototype, "value")?.set?.call(input, value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.setSelectionRange(start + text.length, start + text.length);
}
