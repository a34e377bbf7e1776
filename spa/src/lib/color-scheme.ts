import { useSyncExternalStore } from "react";

export type ColorScheme = "light" | "dark";

// public/before-paint.js reads it, and sets the attribute before the first paint.
const STORAGE_KEY = "posthorn-color-scheme";
// Mantine's name for it, so that one attribute serves all pages.
const ATTRIBUTE = "data-mantine-color-scheme";

const listeners = new Set<() => void>();

function current(): ColorScheme {
  return document.documentElement.getAttribute(ATTRIBUTE) === "dark" ? "dark" : "light";
}

function show(scheme: ColorScheme): void {
  document.documentElement.setAttribute(ATTRIBUTE, scheme);
  for (const listener of listeners) listener();
}

function isChosen(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== null;
  } catch {
    return false;
  }
}

// Who never chose goes with the system, in the evening too.
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  if (!isChosen()) show(matches ? "dark" : "light");
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the document shows just now. */
export function useColorScheme(): ColorScheme {
  return useSyncExternalStore(subscribe, current);
}

export function chooseColorScheme(scheme: ColorScheme): void {
  try {
    localStorage.setItem(STORAGE_KEY, scheme);
  } catch {
    // Storage is denied: the choice lasts as long as the page.
  }
  show(scheme);
}
