import { Checkbox, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";

import { Dialog } from "../../../components/Dialog";
import { DialogForm } from "../../../components/DialogForm";
import { useTranslation } from "../../../lib/i18n";
import { useCreateApiKey } from "../api/create-api-key";
import { SCOPES, type Scope } from "../api/types";
import { Secret } from "./Secret";

interface Props {
  opened: boolean;
  onClose: () => void;
}

interface Made {
  name: string;
  key: string;
}

/** Makes a key; after that a second dialog shows it, this once. */
export function ApiKeyDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("access");
  const [made, setMade] = useState<Made | null>(null);
  return (
    <>
      <Dialog opened={opened} onClose={onClose} title={t("keys.createTitle")} isForm>
        <ApiKeyForm onMade={setMade} onClose={onClose} />
      </Dialog>
      <Dialog
        opened={made !== null}
        onClose={() => setMade(null)}
        title={t("keys.secretTitle", { name: made?.name ?? "" })}
        isForm
      >
        <Stack>
          <Text size="sm">{t("keys.secretText")}</Text>
          <Secret text={made?.key ?? ""} />
        </Stack>
      </Dialog>
    </>
  );
}

interface Values {
  name: string;
  scopes: Scope[];
  expires_at: string;
}

function ApiKeyForm({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const { t } = useTranslation("access");
  const create = useCreateApiKey();
  const form = useForm<Values>({
    initialValues: { name: "", scopes: ["read"], expires_at: "" },
    validate: {
      name: (name) => (name.trim() === "" ? t("required", { label: t("keys.name") }) : null),
      scopes: (scopes) => (scopes.length === 0 ? t("keys.scopeNeeded") : null),
    },
  });

  async function submit({ name, scopes, expires_at }: Values) {
    const made = await create.mutateAsync({
      name: name.trim(),
      scopes,
      expires_at: expires_at === "" ? null : new Date(expires_at).toISOString(),
    });
    onMade(made);
  }

  return (
    <DialogForm form={form} submitLabel={t("keys.create")} onSubmit={submit} onClose={onClose}>
      <TextInput label={t("keys.name")} data-autofocus {...form.getInputProps("name")} />
      <Checkbox.Group label={t("keys.scopes")} {...form.getInputProps("scopes")}>
        <Stack gap={8} mt={6}>
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={t(`scope.${scope}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        label={t("keys.expires")}
        description={t("keys.expiresHint")}
        type="datetime-local"
        {...form.getInputProps("expires_at")}
      />
    </DialogForm>
  );
}
