import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FormEvent } from "react";

import { ApiProblem } from "../../../lib/api-client";
import { fieldErrors, problemText, useTranslation } from "../../../lib/i18n";
import { useSession } from "../../../lib/session";
import "../locales/index";

function needsCode(error: Error): boolean {
  return error instanceof ApiProblem && error.code === "second_factor_required";
}

interface Props {
  username?: string;
  onSignedIn: () => void;
}

export function SignInForm({ username: known = "", onSignedIn }: Props) {
  const { t } = useTranslation("auth");
  const { signIn } = useSession();
  const [username, setUsername] = useState(known);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const codeField = useRef<HTMLInputElement>(null);
  const [asksForCode, setAsksForCode] = useState(false);
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: onSignedIn,
    onError: (error) => {
      if (needsCode(error)) setAsksForCode(true);
    },
  });
  const justAsked =
    attempt.error !== null && needsCode(attempt.error) && attempt.variables?.code === undefined;
  const errors = attempt.error instanceof ApiProblem ? fieldErrors(attempt.error) : {};

  useEffect(() => {
    if (asksForCode) codeField.current?.focus();
  }, [asksForCode]);

  function submit(event: FormEvent) {
    event.preventDefault();
    attempt.mutate({ username, password, ...(asksForCode && { code }) });
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t("username")}
          name="username"
          autoComplete="username"
          data-autofocus={known === "" || undefined}
          value={username}
          error={errors["username"]}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("password")}
          name="password"
          autoComplete="current-password"
          data-autofocus={known !== "" || undefined}
          value={password}
          error={errors["password"]}
          aria-invalid={errors["password"] ? true : undefined}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {asksForCode && (
          <TextInput
            label={t("code")}
            description={t("codeHint")}
            name="code"
            autoComplete="one-time-code"
            ref={codeField}
            value={code}
            error={errors["code"]}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {attempt.error && !justAsked && (
          <Text c="var(--ph-danger)" size="sm" role="alert">
            {problemText(attempt.error)}
          </Text>
        )}
        <Button type="submit" loading={attempt.isPending}>
          {t("submit")}
        </Button>
      </Stack>
    </form>
  );
}
