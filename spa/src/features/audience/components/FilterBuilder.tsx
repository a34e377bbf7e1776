import { Button, CloseButton, Group as Row, NativeSelect, Stack } from "@mantine/core";

import { useTranslation } from "../../../lib/i18n";
import { ConditionFields } from "./ConditionFields";
import { newCondition, newGroup, type Group, type Part } from "./filter-tree";
import classes from "./FilterBuilder.module.css";

/** As deep as the API lets filters be, a level for the conditions within and one for a `not`. */
const DEEPEST = 4;

interface Props {
  group: Group;
  onChange: (group: Group) => void;
  depth?: number;
}

/** Nested groups of conditions, each changed in place. */
export function FilterBuilder({ group, onChange, depth = 1 }: Props) {
  const { t } = useTranslation("audience");
  const { parts } = group;
  const replace = (key: string, part: Part) =>
    onChange({ ...group, parts: parts.map((each) => (each.key === key ? part : each)) });
  const remove = (key: string) =>
    onChange({ ...group, parts: parts.filter((each) => each.key !== key) });
  const add = (part: Part) => onChange({ ...group, parts: [...parts, part] });
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>
        <NativeSelect
          aria-label={t("filter.match")}
          value={modeOf(group)}
          data={(["all", "any", "notAll", "notAny"] as const).map((value) => ({
            value,
            label: t(`filter.${value}`),
          }))}
          onChange={(event) => onChange({ ...group, ...MODES[event.currentTarget.value] })}
        />
      </legend>
      <Stack gap="sm">
        {parts.map((part, at) => (
          <div key={part.key} className={classes.part}>
            {part.kind === "group" ? (
              <FilterBuilder
                group={part}
                depth={depth + 1}
                onChange={(changed) => replace(part.key, changed)}
              />
            ) : (
              <ConditionFields
                condition={part}
                onChange={(changed) => replace(part.key, changed)}
              />
            )}
            <CloseButton
              aria-label={t("filter.remove", { number: at + 1 })}
              onClick={() => remove(part.key)}
            />
          </div>
        ))}
      </Stack>
      <Row gap="xs" mt="sm">
        <Button size="xs" variant="light" onClick={() => add(newCondition())}>
          {t("filter.addCondition")}
        </Button>
        {depth < DEEPEST && (
          <Button
            size="xs"
            variant="subtle"
            onClick={() => add({ ...newGroup(newCondition()), every: !group.every })}
          >
            {t("filter.addGroup")}
          </Button>
        )}
      </Row>
    </fieldset>
  );
}

const MODES: Record<string, { every: boolean; negated: boolean }> = {
  all: { every: true, negated: false },
  any: { every: false, negated: false },
  notAll: { every: true, negated: true },
  notAny: { every: false, negated: true },
};

function modeOf({ every, negated }: Group) {
  if (negated) return every ? "notAll" : "notAny";
  return every ? "all" : "any";
}
