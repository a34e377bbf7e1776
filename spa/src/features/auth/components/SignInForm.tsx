import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { ApiProblem } from "../../../lib/api-client";
import { fieldErrors, problemText, useTranslation } from "../../../lib/i18n";
import { useSession } from "../../../lib/session";
import "../locales/index";

interface Props {
  username?: string;
  onSignedIn: () => void;
}

export function SignInForm({ username: known = "", onSignedIn }: Props) {
  const { t } = useTranslation("auth");
  const { signIn } = useSession();
  const [username, setUsername] = useState(known);
  const [password, setPassword] = useState("");
  const attempt = useMutation({ mutationFn: signIn, onSuccess: onSignedIn });
  const errors = attempt.error instanceof ApiProblem ? fieldErrors(attempt.error) : {};

  function submit(event: FormEvent) {
    event.preventDefault();
    attempt.mutate({ username, password });
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
        {attempt.error && (
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
