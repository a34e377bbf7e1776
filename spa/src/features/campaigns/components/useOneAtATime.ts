import { useCallback, useEffect, useRef } from "react";

/** Whoever asks while it is under way gets the one that is under way. */
export function useOneAtATime<Result>(task: () => Promise<Result>): () => Promise<Result> {
  const latest = useRef(task);
  const running = useRef<Promise<Result> | null>(null);
  useEffect(() => {
    latest.current = task;
  });
  return useCallback(() => {
    running.current ??= latest.current().finally(() => {
      running.current = null;
    });
    return running.current;
  }, []);
}
