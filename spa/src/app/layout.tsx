import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";

import { LanguageSwitch } from "../components/LanguageSwitch";
import { ThemeSwitch } from "../components/ThemeSwitch";
import { Wordmark } from "../components/Wordmark";
import { useSession } from "../lib/session";
import classes from "./layout.module.css";

/** What everybody sees: the public page, signing in, unsubscribing. */
export function PublicLayout() {
  const { t } = useTranslation();
  const { user } = useSession();
  const { pathname } = useLocation();
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <Wordmark />
        <div className={classes.tools}>
          <LanguageSwitch />
          <ThemeSwitch />
          {pathname === "/" && (
            <Button component={Link} to="/manage" variant="default" size="xs" h={34}>
              {t(user ? "nav.manage" : "nav.signIn")}
            </Button>
          )}
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes.content}>
        <Outlet />
      </main>
    </div>
  );
}
