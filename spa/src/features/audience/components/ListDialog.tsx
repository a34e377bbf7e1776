import { Modal, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { useSaveMailingList } from "../api/save-mailing-list";
import type { MailingList } from "../api/types";
import { DialogForm } from "./DialogForm";
import { useApiErrors } from "./useApiErrors";

/** `null` for a new one. */
export type EditedList = MailingList | null;

interface Props {
  opened: boolean;
  list: EditedList;
  onClose: () => void;
}

export function ListDialog({ opened, list, onClose }: Props) {
  const { t } = useTranslation("audience");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={list ? t("lists.editTitle", { name: list.name }) : t("lists.createTitle")}
      closeOnClickOutside={false}
      centered
    >
      <ListForm key={list?.id ?? "new"} list={list} onClose={onClose} />
    </Modal>
  );
}

function ListForm({ list, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("audience");
  const save = useSaveMailingList(list?.id ?? null);
  const form = useForm({
    initialValues: { name: list?.name ?? "", description: list?.description ?? "" },
    validate: {
      name: (name) => (name.trim() === "" ? t("required", { label: t("lists.name") }) : null),
    },
  });
  const errors = useApiErrors(form);

  function submit(values: typeof form.values) {
    errors.clear();
    save.mutate(values, {
      onError: errors.show,
      onSuccess: ({ name }) => {
        notifications.show({ message: t("lists.saved", { name }), color: "green" });
        onClose();
      },
    });
  }

  return (
    <DialogForm
      submitLabel={t(list ? "lists.save" : "lists.create")}
      busy={save.isPending}
      problem={errors.problem}
      onSubmit={form.onSubmit(submit, errors.focusFirst)}
      onClose={onClose}
    >
      <TextInput
        label={t("lists.name")}
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps("name")}
      />
      <Textarea label={t("lists.description")} rows={3} {...form.getInputProps("description")} />
    </DialogForm>
  );
}
