import { MultiSelect, NativeSelect, NumberInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useAllMailingLists } from "../../../queries/mailing-lists";
import { useInstallation } from "../api/get-installation";
import { useTransports } from "../api/list-transports";
import classes from "./CampaignForm.module.css";
import type { FieldName, FormValues } from "./form-values";

interface Props {
  form: UseFormReturnType<FormValues>;
  isEditable: (field: FieldName) => boolean;
}

export function AudienceFields({ form, isEditable }: Props) {
  const { t } = useTranslation("campaigns");
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
      <PublicField form={form} isEditable={isEditable} />
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

/** Says what will be seen, also before the installation's own choice is known. */
function PublicField({ form, isEditable }: Props) {
  const { t } = useTranslation("campaigns");
  const { data: installation } = useInstallation();
  const choice = form.values.is_public;
  const policy = installation?.public;
  return (
    <NativeSelect
      label={t("form.isPublic")}
      description={
        choice === "default"
          ? policy && t(`form.isPublicDefault.${policy}`)
          : t(`form.isPublicHint.${choice}`)
      }
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={(["default", "shown", "hidden"] as const).map((value) => ({
        value,
        label: t(`form.isPublicChoice.${value}`),
      }))}
      disabled={!isEditable("is_public")}
      {...form.getInputProps("is_public")}
    />
  );
}
