import { Anchor, Button, PasswordInput, Stack } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { Link, useParams } from "react-router";

import { PageHeader } from "../../../components/PageHeader";
import { ProblemText } from "../../../components/ProblemText";
import { ApiProblem } from "../../../lib/api-client";
import { fieldErrors, problemText, useTranslation } from "../../../lib/i18n";
import { useChoosePassword } from "../api/choose-password";
import "../locales/index";
import classes from "./SignInPage.module.css";

/** Where the link of an invitation or of a reset leads. */
export default function ChoosePasswordPage() {
  const { t } = useTranslation("auth");
  const { token = "" } = useParams();
  const [password, setPassword] = useState("");
  const choose = useChoosePassword();
  const errors = choose.error instanceof ApiProblem ? fieldErrors(choose.error) : {};
  const error = errors["password"];

  function submit(event: FormEvent) {
    event.preventDefault();
    choose.mutate({ token, password });
  }

  if (choose.isSuccess) {
    return (
      <div className={classes.card}>
        <PageHeader key="done" title={t("choose.done")} description={t("choose.doneText")} />
        <Anchor component={Link} to="/sign-in">
          {t("submit")}
        </Anchor>
      </div>
    );
  }
  return (
    <div className={classes.card}>
      <PageHeader title={t("choose.title")} description={t("choose.lead")} />
      <form onSubmit={submit} noValidate>
        <Stack>
          <PasswordInput
            label={t("choose.password")}
            autoComplete="new-password"
            value={password}
            error={error}
            aria-invalid={error ? true : undefined}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <ProblemText text={choose.error && !error ? problemText(choose.error) : undefined} />
          <Button type="submit" disabled={password === ""} loading={choose.isPending}>
            {t("choose.submit")}
          </Button>
        </Stack>
      </form>
    </div>
  );
}
