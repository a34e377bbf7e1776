import { NativeSelect, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { Dialog } from "../../../components/Dialog";
import { DialogForm } from "../../../components/DialogForm";
import { sayDone } from "../../../components/notify";
import { useTranslation } from "../../../lib/i18n";
import { useCreateSuppression } from "../api/create-suppression";
import { SUPPRESSION_REASONS, suppressedOf, type SuppressionReason } from "../api/types";

interface Props {
  opened: boolean;
  onClose: () => void;
}

interface Values {
  email: string;
  reason: SuppressionReason;
  note: string;
}

export function SuppressionDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("audience");
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t("suppressions.createTitle")}
      isForm
    >
      <SuppressionForm onClose={onClose} />
    </Dialog>
  );
}

function SuppressionForm({ onClose }: Pick<Props, "onClose">) {
  const { t } = useTranslation("audience");
  const create = useCreateSuppression();
  const form = useForm<Values>({
    initialValues: { email: "", reason: "manual", note: "" },
    validate: {
      email: (email) =>
        email.trim() === "" ? t("required", { label: t("suppressions.email") }) : null,
    },
  });

  async function submit({ email, reason, note }: Values) {
    const typed = email.trim();
    const what = typed.startsWith("@") ? { domain: typed } : { email: typed };
    const added = await create.mutateAsync({ ...what, reason, note });
    sayDone(t("suppressions.added", { email: suppressedOf(added) }));
  }

  return (
    <DialogForm
      submitLabel={t("suppressions.create")}
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">{t("suppressions.createText")}</Text>
      <TextInput
        label={t("suppressions.email")}
        description={t("suppressions.emailHint")}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps("email")}
      />
      <NativeSelect
        label={t("suppressions.reason")}
        data={SUPPRESSION_REASONS.map((value) => ({ value, label: t(`reason.${value}`) }))}
        {...form.getInputProps("reason")}
      />
      <Textarea
        label={t("suppressions.note")}
        description={t("suppressions.noteHint")}
        rows={3}
        {...form.getInputProps("note")}
      />
    </DialogForm>
  );
}
