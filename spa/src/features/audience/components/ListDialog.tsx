import { TagsInput, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { Dialog } from "../../../components/Dialog";
import { DialogForm } from "../../../components/DialogForm";
import { sayDone } from "../../../components/notify";
import { useTranslation } from "../../../lib/i18n";
import { useSaveMailingList } from "../api/save-mailing-list";
import type { MailingList } from "../api/types";

interface Props {
  opened: boolean;
  /** `null` for a new one. */
  list: MailingList | null;
  onClose: () => void;
}

export function ListDialog({ opened, list, onClose }: Props) {
  const { t } = useTranslation("audience");
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={list ? t("lists.editTitle", { name: list.name }) : t("lists.createTitle")}
      isForm
    >
      <ListForm key={list?.id ?? "new"} list={list} onClose={onClose} />
    </Dialog>
  );
}

function ListForm({ list, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("audience");
  const { t: common } = useTranslation();
  const save = useSaveMailingList(list?.id ?? null);
  const form = useForm({
    initialValues: { name: list?.name ?? "", description: list?.description ?? "", tags: list?.tags ?? [] },
    validate: {
      name: (name) => (name.trim() === "" ? t("required", { label: t("lists.name") }) : null),
    },
  });

  async function submit(values: typeof form.values) {
    const { name } = await save.mutateAsync(values);
    sayDone(t("lists.saved", { name }));
  }

  return (
    <DialogForm
      submitLabel={list ? common("action.save") : t("lists.create")}
      form={form}
      onSubmit={submit}
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
      <TagsInput
        label={t("lists.tags")}
        description={t("lists.tagsHint")}
        maxTags={20}
        acceptValueOnBlur
        {...form.getInputProps("tags")}
      />
    </DialogForm>
  );
}
