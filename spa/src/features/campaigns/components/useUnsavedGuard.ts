import { useEffect, useState } from "react";
import { useNavigate } from "react-router";

interface Leave {
  go: () => void;
}

function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  const isPlain =
    event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!isPlain || !(event.target instanceof Element)) return null;
  const link = event.target.closest("a");
  const isOurs = link !== null && link.origin === window.location.origin && link.target === "";
  return isOurs ? link : null;
}

/** Where in the history the router says one is; it counts its entries there. */
function positionIn(state: unknown): number {
  const hasIndex = typeof state === "object" && state !== null && "idx" in state;
  return hasIndex ? Number(state.idx) : 0;
}

/**
 * Asks before a half-written form is left: by a link, by the browser's back and forward, and (in
 * the browser's own words) by closing the page. The router can block only with its data API, which
 * the public page would have to load too.
 */
export function useUnsavedGuard(isDirty: boolean) {
  const [leave, setLeave] = useState<Leave | null>(null);
  const navigate = useNavigate();

  useEffect(() => {
    if (!isDirty) return undefined;
    const here = positionIn(window.history.state);
    let isGoingBackHere = false;

    function onBeforeUnload(event: BeforeUnloadEvent) {
      event.preventDefault();
    }

    function onClick(event: MouseEvent) {
      const link = linkOf(event);
      // To a place on this page, as the skip link does.
      if (!link || link.getAttribute("href")?.startsWith("#")) return;
      event.preventDefault();
      event.stopPropagation();
      const to = link.pathname + link.search + link.hash;
      setLeave({ go: () => void navigate(to) });
    }

    // In the capture phase and stopped: the router must not hear of it before it is decided.
    function onPopState(event: PopStateEvent) {
      event.stopImmediatePropagation();
      if (isGoingBackHere) {
        isGoingBackHere = false;
        return;
      }
      const steps = positionIn(event.state) - here;
      if (steps === 0) return;
      isGoingBackHere = true;
      window.history.go(-steps);
      setLeave({ go: () => window.history.go(steps) });
    }

    window.addEventListener("beforeunload", onBeforeUnload);
    document.addEventListener("click", onClick, true);
    window.addEventListener("popstate", onPopState, true);
    return () => {
      window.removeEventListener("beforeunload", onBeforeUnload);
      document.removeEventListener("click", onClick, true);
      window.removeEventListener("popstate", onPopState, true);
    };
  }, [isDirty, navigate]);

  return { leave, stay: () => setLeave(null) };
}
