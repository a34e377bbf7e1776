import { Button, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";

import { PageHeader } from "../../../components/PageHeader";
import { ProblemText } from "../../../components/ProblemText";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useRequestReset } from "../api/request-reset";
import "../locales/index";
import classes from "./SignInPage.module.css";

/** Asks for a link to choose a new password. Says the same whether or not there is such a user. */
export default function ForgottenPage() {
  const { t } = useTranslation("auth");
  const [name, setName] = useState("");
  const request = useRequestReset();

  function submit(event: FormEvent) {
    event.preventDefault();
    request.mutate(name.trim());
  }

  if (request.isSuccess) {
    return (
      <div className={classes.card}>
        <PageHeader key="done" title={t("forgotten.done")} description={t("forgotten.doneText")} />
      </div>
    );
  }
  return (
    <div className={classes.card}>
      <PageHeader title={t("forgotten.title")} description={t("forgotten.lead")} />
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={t("forgotten.name")}
            autoComplete="username"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <ProblemText text={request.error ? problemText(request.error) : undefined} />
          <Button type="submit" disabled={name.trim() === ""} loading={request.isPending}>
            {t("forgotten.submit")}
          </Button>
        </Stack>
      </form>
    </div>
  );
}
