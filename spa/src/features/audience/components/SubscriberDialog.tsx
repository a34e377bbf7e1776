import { Modal, MultiSelect, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { useAllMailingLists } from "../api/all-mailing-lists";
import { useSaveSubscriber } from "../api/save-subscriber";
import type { Subscriber } from "../api/types";
import { parseAttributes, printAttributes } from "./attributes-json";
import { DialogForm } from "./DialogForm";
import classes from "./SubscriberDialog.module.css";
import { useApiErrors } from "./useApiErrors";

interface Props {
  opened: boolean;
  /** `null` for a new one. */
  subscriber: Subscriber | null;
  onClose: () => void;
}

export function SubscriberDialog({ opened, subscriber, onClose }: Props) {
  const { t } = useTranslation("audience");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={
        subscriber
          ? t("subscribers.editTitle", { email: subscriber.email })
          : t("subscribers.createTitle")
      }
      closeOnClickOutside={false}
      centered
    >
      <SubscriberForm key={subscriber?.id ?? "new"} subscriber={subscriber} onClose={onClose} />
    </Modal>
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
  const errors = useApiErrors(form);
  const options = useListOptions(form.values.lists);

  function submit({ email, name, lists, attributes }: typeof form.values) {
    const parsed = parseAttributes(attributes);
    if (!parsed.ok) return;
    errors.clear();
    save.mutate(
      { email: email.trim(), name, lists: lists.map(Number), attributes: parsed.attributes },
      {
        onError: errors.show,
        onSuccess: (saved) => {
          const message = t("subscribers.saved", { email: saved.email });
          notifications.show({ message, color: "green" });
          onClose();
        },
      },
    );
  }

  return (
    <DialogForm
      submitLabel={t(subscriber ? "subscribers.save" : "subscribers.create")}
      busy={save.isPending}
      problem={errors.problem}
      onSubmit={form.onSubmit(submit, errors.focusFirst)}
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
