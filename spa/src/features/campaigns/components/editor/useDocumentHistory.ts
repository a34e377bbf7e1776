import { useRef, useState } from "react";

// Letters typed in one go are undone in one go.
const ONE_GO_MS = 700;
const LONGEST = 200;

interface History<T> {
  change: (after: T) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
}

/** Undo and redo over a value that somebody else holds. */
export function useDocumentHistory<T>(value: T, onChange: (value: T) => void): History<T> {
  const [past, setPast] = useState<T[]>([]);
  const [future, setFuture] = useState<T[]>([]);
  const lastChange = useRef(0);

  function change(after: T) {
    const now = Date.now();
    if (past.length === 0 || now - lastChange.current > ONE_GO_MS) {
      setPast([...past, value].slice(-LONGEST));
    }
    lastChange.current = now;
    setFuture([]);
    onChange(after);
  }

  function undo() {
    const before = past.at(-1);
    if (before === undefined) return;
    lastChange.current = 0;
    setPast(past.slice(0, -1));
    setFuture([value, ...future]);
    onChange(before);
  }

  function redo() {
    const [after] = future;
    if (after === undefined) return;
    lastChange.current = 0;
    setFuture(future.slice(1));
    setPast([...past, value]);
    onChange(after);
  }

  return { change, undo, redo, canUndo: past.length > 0, canRedo: future.length > 0 };
}
