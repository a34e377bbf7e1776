import { useEffect, useState } from "react";
import { useNavigate } from "react-router";

interface Leave {
  go: () => void;
  stay: () => void;
}

function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  const isPlain =
    event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!isPlain || !(event.target instanceof Element)) return null;
  const link = event.target.closest("a");
  const isOurs = link !== null && link.origin === window.location.origin && link.target === "";
  return isOurs ? link : null;
}

function isCushion(state: unknown): boolean {
  return typeof state === "object" && state !== null && "isCushion" in state;
}

/**
 * A second history entry of the same page. A step back cannot be stopped, but with this one under
 * the feet it leads only to the page itself, and leaves the time to ask.
 */
function putCushion(): void {
  const { state } = window.history;
  if (!isCushion(state)) window.history.pushState({ ...state, isCushion: true }, "");
}

/**
 * Asks before a half-written form is left: by a link, by the browser's back, and (in the browser's
 * own words) by closing the page. The router could block only with its data API, which the public
 * page would have to load too.
 */
export function useUnsavedGuard(isDirty: boolean): Leave | null {
  const [leave, setLeave] = useState<Leave | null>(null);
  const navigate = useNavigate();

  useEffect(() => {
    if (!isDirty) return undefined;
    putCushion();

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
      setLeave({
        go: () => void navigate(to, { replace: true }), // In the place of the cushion.
        stay: () => setLeave(null),
      });
    }

    function onPopState(event: PopStateEvent) {
      if (isCushion(event.state)) return;
      setLeave({
        go: () => window.history.back(),
        stay: () => {
          putCushion();
          setLeave(null);
        },
      });
    }

    window.addEventListener("beforeunload", onBeforeUnload);
    document.addEventListener("click", onClick, true);
    window.addEventListener("popstate", onPopState);
    return () => {
      window.removeEventListener("beforeunload", onBeforeUnload);
      document.removeEventListener("click", onClick, true);
      window.removeEventListener("popstate", onPopState);
    };
  }, [isDirty, navigate]);

  return leave;
}
