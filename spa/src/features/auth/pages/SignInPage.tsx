import { Anchor } from "@mantine/core";
import { Link, Navigate, useLocation } from "react-router";

import { PageHeader } from "../../../components/PageHeader";
import { useTranslation } from "../../../lib/i18n";
import { useSession } from "../../../lib/session";
import { SignInForm } from "../components/SignInForm";
import "../locales/index";
import classes from "./SignInPage.module.css";

/** Where one was sent here from; only our own management pages. */
function destination(state: unknown): string {
  const isOurs = typeof state === "object" && state !== null && "from" in state;
  const from = isOurs ? String(state.from) : "";
  return from.startsWith("/manage") ? from : "/manage";
}

export default function SignInPage() {
  const { t } = useTranslation("auth");
  const { status } = useSession();
  const { state } = useLocation();
  if (status === "signed-in") return <Navigate to={destination(state)} replace />;
  return (
    <div className={classes.card}>
      <PageHeader title={t("title")} description={t("lead")} />
      {/* Signing in changes the session, and that leads on. */}
      <SignInForm onSignedIn={() => {}} />
      <Anchor component={Link} to="/forgotten" size="sm" mt="md" display="inline-block">
        {t("forgotten.link")}
      </Anchor>
    </div>
  );
}
