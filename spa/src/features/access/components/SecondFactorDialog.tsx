import { Button, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";

import { Dialog } from "../../../components/Dialog";
import { useTranslation } from "../../../lib/i18n";
import { useBeginSecondFactor } from "../api/begin-second-factor";
import { useConfirmSecondFactor } from "../api/confirm-second-factor";
import { Secret } from "./Secret";
import { StepForm } from "./StepForm";

type Step =
  | { name: "password" }
  | { name: "code"; secret: string }
  | { name: "recovery"; codes: string[] };

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** The password again, then the first code, then the recovery codes. */
export function SecondFactorDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("access");
  const [step, setStep] = useState<Step>({ name: "password" });

  function close() {
    onClose();
    setStep({ name: "password" });
  }

  return (
    <Dialog opened={opened} onClose={close} title={t("account.setUpTitle")} isForm>
      {step.name === "password" && (
        <PasswordStep onDone={(secret) => setStep({ name: "code", secret })} />
      )}
      {step.name === "code" && (
        <CodeStep
          secret={step.secret}
          onDone={(codes) => setStep({ name: "recovery", codes })}
        />
      )}
      {step.name === "recovery" && (
        <Stack>
          <Text size="sm">{t("account.recovery")}</Text>
          <Secret text={step.codes.join("\n")} />
          <Group justify="flex-end">
            <Button onClick={close}>{t("account.done")}</Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}

interface StepProps<Result> {
  onDone: (result: Result) => void;
}

function PasswordStep({ onDone }: StepProps<string>) {
  const { t } = useTranslation("access");
  const begin = useBeginSecondFactor();
  const form = useForm({ initialValues: { present: "" } });
  return (
    <StepForm
      form={form}
      submitLabel={t("account.continue")}
      onSubmit={async (values) => onDone((await begin.mutateAsync(values)).secret)}
    >
      <PasswordInput
        label={t("account.present")}
        autoComplete="current-password"
        data-autofocus
        {...form.getInputProps("present")}
      />
    </StepForm>
  );
}

function CodeStep({ secret, onDone }: StepProps<string[]> & { secret: string }) {
  const { t } = useTranslation("access");
  const confirm = useConfirmSecondFactor();
  const form = useForm({ initialValues: { code: "" } });
  return (
    <StepForm
      form={form}
      submitLabel={t("account.confirm")}
      onSubmit={async (values) => onDone((await confirm.mutateAsync(values)).recovery_codes)}
    >
      <Text size="sm">{t("account.secret")}</Text>
      <Secret text={secret} />
      <TextInput
        label={t("account.code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        {...form.getInputProps("code")}
      />
    </StepForm>
  );
}
