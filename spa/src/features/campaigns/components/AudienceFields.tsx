import { MultiSelect, NativeSelect, NumberInput, Switch, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../../lib/format";
import { useAllMailingLists } from "../../../queries/mailing-lists";
import { useTransports } from "../api/list-transports";
import classes from "./CampaignForm.module.css";
import type { FieldName, FormValues } from "./form-values";

interface Props {
  form: UseFormReturnType<FormValues>;
  isEditable: (field: FieldName) => boolean;
}

export function AudienceFields({ form, isEditable }: Props) {
  const { t } = useTranslation("campaigns");
  const publicHint = useId();
  return (
    <section aria-label={t("form.sectionAudience")} className={classes.aside}>
      <MailingListsField form={form} isEditable={isEditable} />
      <TransportField form={form} isEditable={isEditable} />
      <NumberInput
        label={t("form.rateLimit")}
        description={t("form.rateLimitHint")}
        placeholder={t("form.rateLimitNone")}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="none"
        hideControls
        disabled={!isEditable("rate_limit")}
        {...form.getInputProps("rate_limit")}
      />
      <div>
        <Switch
          label={t("form.isPublic")}
          aria-describedby={publicHint}
          disabled={!isEditable("is_public")}
          {...form.getInputProps("is_public", { type: "checkbox" })}
        />
        {/* The switch's own description would become a part of its name. */}
        <Text id={publicHint} size="xs" c="dimmed" mt={6}>
          {t("form.isPublicHint")}
        </Text>
      </div>
    </section>
  );
}

function MailingListsField({ form, isEditable }: Props) {
  const { t } = useTranslation("campaigns");
  const { formatNumber } = useFormat();
  const { data: lists, error: loadError } = useAllMailingLists();
  const options = (lists ?? []).map((list) => ({
    value: String(list.id),
    label: t("form.listOption", {
      name: list.name,
      count: list.subscriber_count,
      formatted: formatNumber(list.subscriber_count),
    }),
  }));
  const known = new Set(options.map(({ value }) => value));
  // Until the lists are here, and for one that was deleted: an id is better than a lost choice.
  const unknown = form.values.lists
    .filter((id) => !known.has(id))
    .map((value) => ({ value, label: t("form.missingList", { id: value }) }));
  const { error, ...input } = form.getInputProps("lists");
  return (
    <MultiSelect
      label={t("form.lists")}
      description={t("form.listsHint")}
      {...(form.values.lists.length === 0 && { placeholder: t("form.listsPlaceholder") })}
      data={[...options, ...unknown]}
      nothingFoundMessage={t("form.listsNothing")}
      searchable
      disabled={!isEditable("lists")}
      error={error ?? (loadError ? t("form.listsFailed") : undefined)}
      {...input}
    />
  );
}

function TransportField({ form, isEditable }: Props) {
  const { t } = useTranslation("campaigns");
  const { data: transports = [] } = useTransports();
  const chosen = form.values.transport;
  const isListed = transports.some(({ name }) => name === chosen);
  const names = isListed
    ? transports
    : [{ name: chosen, healthy: true, detail: "" }, ...transports];
  const trouble = transports.find(({ name, healthy }) => name === chosen && !healthy);
  return (
    <NativeSelect
      label={t("form.transport")}
      description={trouble && t("form.transportDetail", { detail: trouble.detail })}
      data={names.map(({ name, healthy }) => {
        const label = t(`transport.${name}`);
        return {
          value: name,
          label: healthy ? label : t("form.transportUnhealthy", { name: label }),
        };
      })}
      disabled={!isEditable("transport")}
      {...form.getInputProps("transport")}
    />
  );
}
