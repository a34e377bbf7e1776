import { Badge, Button, Group, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useForm } from "@mantine/form";

import { ErrorState } from "../../../components/ErrorState";
import { LoadingState } from "../../../components/LoadingState";
import { sayDone, sayProblem } from "../../../components/notify";
import { PageHeader } from "../../../components/PageHeader";
import { Time } from "../../../components/Time";
import { useDialogTarget } from "../../../components/useDialogTarget";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useSession } from "../../../lib/session";
import { useChangePassword } from "../api/change-password";
import { useEndSession } from "../api/end-session";
import { useSessions } from "../api/list-sessions";
import type { Session } from "../api/types";
import { SecondFactorDialog } from "../components/SecondFactorDialog";
import { StepForm } from "../components/StepForm";
import "../locales/index";

export default function AccountPage() {
  const { t } = useTranslation("access");
  return (
    <>
      <PageHeader title={t("account.title")} description={t("account.intro")} />
      <Stack gap="xl">
        <Password />
        <SecondFactor />
        <Sessions />
      </Stack>
    </>
  );
}

function Password() {
  const { t } = useTranslation("access");
  const change = useChangePassword();
  const form = useForm({ initialValues: { present: "", password: "" } });
  return (
    <Paper component="section" withBorder p="lg" maw={480}>
      <Title order={2} size="h4" mb="md">
        {t("account.password")}
      </Title>
      <StepForm
        form={form}
        submitLabel={t("account.change")}
        onSubmit={async (values) => {
          await change.mutateAsync(values);
          form.reset();
          sayDone(t("account.changed"));
        }}
      >
        <PasswordInput
          label={t("account.present")}
          autoComplete="current-password"
          {...form.getInputProps("present")}
        />
        <PasswordInput
          label={t("account.next")}
          autoComplete="new-password"
          {...form.getInputProps("password")}
        />
      </StepForm>
    </Paper>
  );
}

function SecondFactor() {
  const { t } = useTranslation("access");
  const { user, reload } = useSession();
  const dialog = useDialogTarget<never>();
  const isOn = user?.second_factor ?? false;

  function close() {
    dialog.close();
    // Whether one is asked for now, the API knows.
    void reload();
  }

  return (
    <Paper component="section" withBorder p="lg" maw={480}>
      <Title order={2} size="h4" mb="xs">
        {t("account.secondFactor")}
      </Title>
      <Text size="sm">{t(isOn ? "account.secondFactorOn" : "account.secondFactorOff")}</Text>
      {!isOn && (
        <Button mt="md" variant="default" onClick={() => dialog.open(null)}>
          {t("account.setUp")}
        </Button>
      )}
      <SecondFactorDialog opened={dialog.opened} onClose={close} />
    </Paper>
  );
}

function Sessions() {
  const { t } = useTranslation("access");
  const { data, error, refetch } = useSessions();
  return (
    <section>
      <Title order={2} size="h4" mb="md">
        {t("account.sessions")}
      </Title>
      {data ? (
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
          {data.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Stack>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <LoadingState />
      )}
    </section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useTranslation("access");
  const end = useEndSession();
  const device = session.user_agent || t("account.unknownDevice");
  return (
    <Paper component="li" withBorder p="md">
      <Group justify="space-between" gap="md">
        <div style={{ flex: 1, minWidth: 200 }}>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {device} {session.address && t("account.from", { address: session.address })}
          </Text>
          <Text size="xs" c="dimmed">
            {t("account.seen")}: <Time at={session.seen_at} />
          </Text>
        </div>
        {session.current ? (
          <Badge variant="light">{t("account.here")}</Badge>
        ) : (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={t("account.signOutFor", { device })}
            loading={end.isPending}
            onClick={() =>
              end.mutate(session.id, {
                onSuccess: () => sayDone(t("account.ended")),
                onError: (problem) => sayProblem(problemText(problem)),
              })
            }
          >
            {t("account.signOut")}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
