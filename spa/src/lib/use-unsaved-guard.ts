import { useEffect } from 'react';
import { type Blocker, useBlocker } from 'react-router';

/** Holds navigation back while a form is half written; the browser asks for itself when the tab is closed. */
export function useUnsavedGuard(isDirty: () => boolean): Blocker {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      currentLocation.pathname !== nextLocation.pathname && isDirty(),
  );

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (isDirty()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => {
      window.removeEventListener('beforeunload', ask);
    };
  });

  return blocker;
}
