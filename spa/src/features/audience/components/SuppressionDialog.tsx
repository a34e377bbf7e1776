import { Modal, NativeSelect, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { useCreateSuppression } from "../api/create-suppression";
import { SUPPRESSION_REASONS, type SuppressionReason } from "../api/types";
import { DialogForm } from "./DialogForm";
import { useApiErrors } from "./useApiErrors";

interface Props {
  opened: boolean;
  onClose: () => void;
}

interface Values extends Record<string, unknown> {
  email: string;
  reason: SuppressionReason;
  note: string;
}

export function SuppressionDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("audience");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("suppressions.createTitle")}
      closeOnClickOutside={false}
      centered
    >
      <SuppressionForm onClose={onClose} />
    </Modal>
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
  const errors = useApiErrors(form);

  function submit({ email, reason, note }: Values) {
    errors.clear();
    create.mutate(
      { email: email.trim(), reason, note },
      {
        onError: errors.show,
        onSuccess: (added) => {
          const message = t("suppressions.added", { email: added.email });
          notifications.show({ message, color: "green" });
          onClose();
        },
      },
    );
  }

  return (
    <DialogForm
      submitLabel={t("suppressions.create")}
      busy={create.isPending}
      problem={errors.problem}
      onSubmit={form.onSubmit(submit, errors.focusFirst)}
      onClose={onClose}
    >
      <Text size="sm">{t("suppressions.createText")}</Text>
      <TextInput
        label={t("suppressions.email")}
        type="email"
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
