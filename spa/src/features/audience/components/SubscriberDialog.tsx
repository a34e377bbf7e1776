import { MultiSelect, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { Dialog } from "../../../components/Dialog";
import { DialogForm } from "../../../components/DialogForm";
import { sayDone } from "../../../components/notify";
import { useTranslation } from "../../../lib/i18n";
import { useAllMailingLists } from "../../../queries/mailing-lists";
import { useSaveSubscriber } from "../api/save-subscriber";
import type { Subscriber } from "../api/types";
import { parseAttributes, printAttributes } from "./attributes-json";
import classes from "./SubscriberDialog.module.css";

interface Props {
  opened: boolean;
  /** `null` for a new one. */
  subscriber: Subscriber | null;
  onClose: () => void;
}

export function SubscriberDialog({ opened, subscriber, onClose }: Props) {
  const { t } = useTranslation("audience");
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={
        subscriber
          ? t("subscribers.editTitle", { email: subscriber.email })
          : t("subscribers.createTitle")
      }
      isForm
    >
      <SubscriberForm key={subscriber?.id ?? "new"} subscriber={subscriber} onClose={onClose} />
    </Dialog>
  );
}

function useListOptions(chosen: string[]) {
  const { t } = useTranslation("audience");
  const { data: lists = [] } = useAllMailingLists();
  const options = lists.map(({ id, name }) => ({ value: String(id), label: name }));
  const known = new Set(options.map(({ value }) => value));
  // Until the lists are here, an id is better than a lost choice.
  const unknown = chosen
    .filter((id) => !known.has(id))
    .map((value) => ({ value, label: t("subscribers.missingList", { id: value }) }));
  return [...options, ...unknown];
}

function SubscriberForm({ subscriber, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation("audience");
  const { t: common } = useTranslation();
  const save = useSaveSubscriber(subscriber?.id ?? null);
  const form = useForm({
    initialValues: {
      email: subscriber?.email ?? "",
      name: subscriber?.name ?? "",
      lists: (subscriber?.lists ?? []).map(String),
      attributes: printAttributes(subscriber?.attributes ?? {}),
    },
    validate: {
      email: (email) =>
        email.trim() === "" ? t("required", { label: t("subscribers.email") }) : null,
      attributes: (text) => {
        const parsed = parseAttributes(text);
        if (parsed.ok) return null;
        if (parsed.reason === null) return t("subscribers.attributesObject");
        return t("subscribers.attributesInvalid", { reason: parsed.reason });
      },
    },
  });
  const options = useListOptions(form.values.lists);

  async function submit({ email, name, lists, attributes }: typeof form.values) {
    const parsed = parseAttributes(attributes);
    if (!parsed.ok) return;
    const saved = await save.mutateAsync({
      email: email.trim(),
      name,
      lists: lists.map(Number),
      attributes: parsed.attributes,
    });
    sayDone(t("subscribers.saved", { email: saved.email }));
  }

  return (
    <DialogForm
      submitLabel={subscriber ? common("action.save") : t("subscribers.create")}
      form={form}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label={t("subscribers.email")}
        type="email"
        required
        withAsterisk={false}
        data-autofocus
        {...form.getInputProps("email")}
      />
      <TextInput label={t("subscribers.name")} {...form.getInputProps("name")} />
      <MultiSelect
        label={t("subscribers.lists")}
        {...(form.values.lists.length === 0 && { placeholder: t("subscribers.listsPlaceholder") })}
        data={options}
        nothingFoundMessage={t("subscribers.listsNothing")}
        searchable
        {...form.getInputProps("lists")}
      />
      <Textarea
        label={t("subscribers.attributes")}
        description={t("subscribers.attributesHint", { variable: "{{ attributes.city }}" })}
        rows={5}
        resize="vertical"
        classNames={{ input: classes.code ?? "" }}
        spellCheck={false}
        {...form.getInputProps("attributes")}
      />
    </DialogForm>
  );
}
