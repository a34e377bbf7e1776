import { MultiSelect, NativeSelect, NumberInput, TagsInput, TextInput } from "@mantine/core";

import { useTranslation } from "../../../lib/i18n";
import { useCampaignNames } from "../../../queries/campaign-names";
import { useAllMailingLists } from "../../../queries/mailing-lists";
import type { Condition } from "./filter-tree";

interface Props {
  condition: Condition;
  onChange: (condition: Condition) => void;
}

/** The input that fits a condition's type and operator. */
export function ConditionValue({ condition, onChange }: Props) {
  const { t } = useTranslation("audience");
  const { type, op, value } = condition;
  const label = t("filter.value");
  const set = (next: unknown) => onChange({ ...condition, value: next });
  if (op === "exists") return null;
  if (type === "ids") return <IdsValue condition={condition} onChange={set} />;
  if (op === "in") {
    return (
      <TagsInput
        aria-label={label}
        placeholder={t("filter.values")}
        value={value as string[]}
        onChange={set}
        acceptValueOnBlur
      />
    );
  }
  if (type === "boolean") {
    return (
      <NativeSelect
        aria-label={label}
        value={String(value)}
        data={(["true", "false"] as const).map((each) => ({ value: each, label: t(`filter.${each}`) }))}
        onChange={(event) => set(event.currentTarget.value === "true")}
      />
    );
  }
  if (type === "date") return <DateValue value={value} onChange={set} />;
  if (type === "number") {
    return <NumberInput aria-label={label} value={value as number | string} onChange={set} />;
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      maxLength={500}
      value={String(value)}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

/** A day, or so many days before today. */
function DateValue({ value, onChange }: { value: unknown; onChange: (value: unknown) => void }) {
  const { t } = useTranslation("audience");
  const isRelative = typeof value === "object" && value !== null;
  return (
    <>
      <NativeSelect
        aria-label={t("filter.dateKind")}
        value={isRelative ? "ago" : "day"}
        data={(["day", "ago"] as const).map((each) => ({ value: each, label: t(`filter.date.${each}`) }))}
        onChange={(event) => onChange(event.currentTarget.value === "ago" ? { days_ago: 30 } : "")}
      />
      {isRelative ? (
        <NumberInput
          aria-label={t("filter.days")}
          min={0}
          max={36_500}
          allowDecimal={false}
          value={(value as { days_ago: number }).days_ago}
          onChange={(days) => onChange({ days_ago: Number(days) })}
        />
      ) : (
        <TextInput
          type="date"
          aria-label={t("filter.value")}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </>
  );
}

function IdsValue({ condition, onChange }: { condition: Condition; onChange: (v: unknown) => void }) {
  const { t } = useTranslation("audience");
  const isList = condition.field === "list";
  const { data: lists = [] } = useAllMailingLists();
  const { data: campaigns = [] } = useCampaignNames(!isList);
  const chosen = condition.value as string[];
  const options = (isList ? lists : campaigns).map(({ id, name }) => ({
    value: String(id),
    label: name,
  }));
  const known = new Set(options.map(({ value }) => value));
  const unknown = chosen
    .filter((id) => !known.has(id))
    .map((id) => ({ value: id, label: t("filter.missing", { id }) }));
  return (
    <MultiSelect
      aria-label={t("filter.value")}
      placeholder={chosen.length === 0 ? t(isList ? "filter.lists" : "filter.campaigns") : undefined}
      data={[...options, ...unknown]}
      value={chosen}
      onChange={onChange}
      searchable
    />
  );
}
