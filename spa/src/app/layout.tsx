import { Outlet, useLocation, useSearchParams } from "react-router";

import { LanguageSwitch } from "../components/LanguageSwitch";
import { PlainLink } from "../components/PlainButton";
import { ThemeSwitch } from "../components/ThemeSwitch";
import { Wordmark } from "../components/Wordmark";
import { useTranslation } from "../lib/i18n";
import { useSession } from "../lib/session";
import classes from "./layout.module.css";

/** What everybody sees: the public page, signing in, unsubscribing. */
export function PublicLayout() {
  const { t } = useTranslation();
  const { user } = useSession();
  const { pathname } = useLocation();
  const [params] = useSearchParams();
  const isPublic = pathname === "/" || pathname.startsWith("/c/");
  // A screen on the wall: nobody stands before it to press anything.
  if (isPublic && params.has("wall")) {
    return (
      <main id="content" tabIndex={-1} className={classes.wall}>
        <Outlet />
      </main>
    );
  }
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <Wordmark />
        <div className={classes.tools}>
          <LanguageSwitch />
          <ThemeSwitch />
          {isPublic && (
            <PlainLink to="/manage" small>
              {t(user ? "nav.manage" : "nav.signIn")}
            </PlainLink>
          )}
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes.content}>
        <Outlet />
      </main>
    </div>
  );
}
