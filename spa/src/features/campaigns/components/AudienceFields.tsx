import { Group, MultiSelect, NativeSelect, NumberInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";

import { useFormat } from "../../../lib/format";
import { useTranslation } from "../../../lib/i18n";
import { useAllMailingLists } from "../../../queries/mailing-lists";
import { useAllSegments } from "../../../queries/segments";
import { useInstallation } from "../api/get-installation";
import { useTransports } from "../api/list-transports";
import { AudienceCount } from "./AudienceCount";
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
      <MailingListsField field="lists" form={form} isEditable={isEditable} />
      <SegmentsField field="segments" form={form} isEditable={isEditable} />
      <MailingListsField field="excluded_lists" form={form} isEditable={isEditable} />
      <SegmentsField field="excluded_segments" form={form} isEditable={isEditable} />
      <SampleFields form={form} isEditable={isEditable} />
      {isEditable("lists") && <AudienceCount values={form.values} />}
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

type ListsField = "lists" | "excluded_lists";
type SegmentsField = "segments" | "excluded_segments";

function MailingListsField({ field, form, isEditable }: Props & { field: ListsField }) {
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
  return (
    <ChoiceField
      field={field}
      form={form}
      isEditable={isEditable}
      label={t(field === "lists" ? "form.lists" : "form.excludedLists")}
      description={field === "lists" ? t("form.listsHint") : undefined}
      placeholder={t("form.listsPlaceholder")}
      options={options}
      missing={(id) => t("form.missingList", { id })}
      failed={loadError ? t("form.listsFailed") : undefined}
    />
  );
}

function SegmentsField({ field, form, isEditable }: Props & { field: SegmentsField }) {
  const { t } = useTranslation("campaigns");
  const { data: segments, error: loadError } = useAllSegments();
  return (
    <ChoiceField
      field={field}
      form={form}
      isEditable={isEditable}
      label={t(field === "segments" ? "form.segments" : "form.excludedSegments")}
      placeholder={t("form.segmentsPlaceholder")}
      options={(segments ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
      missing={(id) => t("form.missingSegment", { id })}
      failed={loadError ? t("form.segmentsFailed") : undefined}
    />
  );
}

interface ChoiceProps extends Props {
  field: ListsField | SegmentsField;
  label: string;
  description?: string | undefined;
  placeholder: string;
  options: { value: string; label: string }[];
  missing: (id: string) => string;
  failed: string | undefined;
}

function ChoiceField({ field, form, isEditable, ...props }: ChoiceProps) {
  const { t } = useTranslation("campaigns");
  const chosen = form.values[field];
  const known = new Set(props.options.map(({ value }) => value));
  // Until they are here, and for one that was deleted: an id is better than a lost choice.
  const unknown = chosen
    .filter((id) => !known.has(id))
    .map((value) => ({ value, label: props.missing(value) }));
  const { error, ...input } = form.getInputProps(field);
  return (
    <MultiSelect
      label={props.label}
      description={props.description}
      {...(chosen.length === 0 && { placeholder: props.placeholder })}
      data={[...props.options, ...unknown]}
      nothingFoundMessage={t("form.nothingMatches")}
      searchable
      disabled={!isEditable(field)}
      error={error ?? props.failed}
      {...input}
    />
  );
}

function SampleFields({ form, isEditable }: Props) {
  const { t } = useTranslation("campaigns");
  return (
    <Group grow align="flex-start">
      <NumberInput
        label={t("form.sampleSize")}
        placeholder={t("form.sampleNone")}
        allowDecimal={false}
        min={1}
        hideControls
        disabled={!isEditable("sample_size") || form.values.sample_percent !== ""}
        {...form.getInputProps("sample_size")}
      />
      <NumberInput
        label={t("form.samplePercent")}
        placeholder={t("form.sampleNone")}
        allowDecimal={false}
        min={1}
        max={100}
        hideControls
        disabled={!isEditable("sample_percent") || form.values.sample_size !== ""}
        {...form.getInputProps("sample_percent")}
      />
    </Group>
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
