import { NativeSelect, TextInput } from "@mantine/core";

import { useTranslation } from "../../../lib/i18n";
import { ConditionValue } from "./ConditionValue";
import {
  ATTRIBUTE_TYPES,
  DEFAULT_OPERATOR,
  FIELDS,
  isCampaignField,
  OPERATORS,
  type ConditionType,
  type Operator,
} from "./filter-fields";
import { emptyValue, newCondition, type Condition } from "./filter-tree";
import classes from "./FilterBuilder.module.css";

interface Props {
  condition: Condition;
  onChange: (condition: Condition) => void;
}

/** Field, operator and value of one condition. */
export function ConditionFields({ condition, onChange }: Props) {
  const { t } = useTranslation("audience");
  const { field, type } = condition;
  const isAttribute = field === "attributes";
  const setType = (next: ConditionType) => {
    const op = DEFAULT_OPERATOR[next];
    onChange({ ...condition, type: next, op, value: emptyValue(next, op) });
  };
  return (
    <div className={classes.fields}>
      <NativeSelect
        aria-label={t("filter.field")}
        value={field}
        data={FIELDS.map((value) => ({ value, label: t(`filter.fields.${value.replace(".", "_")}`) }))}
        onChange={(event) =>
          onChange({ ...newCondition(event.currentTarget.value), key: condition.key })
        }
      />
      {isAttribute && (
        <TextInput
          aria-label={t("filter.attribute")}
          placeholder={t("filter.attribute")}
          maxLength={500}
          value={condition.attribute}
          onChange={(event) => onChange({ ...condition, attribute: event.currentTarget.value })}
        />
      )}
      {isAttribute && (
        <NativeSelect
          aria-label={t("filter.type")}
          value={type}
          data={ATTRIBUTE_TYPES.map((value) => ({ value, label: t(`filter.types.${value}`) }))}
          onChange={(event) => setType(event.currentTarget.value as ConditionType)}
        />
      )}
      <OperatorField condition={condition} onChange={onChange} />
      <ConditionValue condition={condition} onChange={onChange} />
    </div>
  );
}

/** Each operator and its opposite, which is the same condition negated. */
function OperatorField({ condition, onChange }: Props) {
  const { t } = useTranslation("audience");
  const { field, type, op, negated } = condition;
  const offered = OPERATORS[type].filter((each) => each !== "ne" || op === "ne");
  const operators: Operator[] = field === "attributes" ? [...offered, "exists"] : [...offered];
  const label = (each: Operator) =>
    t(`filter.operators.${isCampaignField(field) ? "campaign" : each === "exists" ? "any" : type}.${each}`);
  return (
    <NativeSelect
      aria-label={t("filter.operator")}
      value={negated ? `not ${op}` : op}
      data={operators.flatMap((each) => [
        { value: each, label: label(each) },
        { value: `not ${each}`, label: t("filter.opposite", { label: label(each) }) },
      ])}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        const next = chosen.replace("not ", "") as Operator;
        const isOfOneKind = (next === "in") === (op === "in") && next !== "exists" && op !== "exists";
        onChange({
          ...condition,
          negated: chosen.startsWith("not "),
          op: next,
          value: isOfOneKind ? condition.value : emptyValue(type, next),
        });
      }}
    />
  );
}
