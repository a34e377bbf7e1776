import { MultiSelect } from "@mantine/core";

interface Props<Choice extends string> {
  label: string;
  /** Shown while nothing is chosen, which leaves nothing out. */
  anyLabel: string;
  choices: readonly Choice[];
  labelOf: (choice: Choice) => string;
  value: readonly Choice[];
  onChange: (value: string[]) => void;
}

/** Leaves out of a list what is none of the choices. */
export function ChoiceFilter<Choice extends string>(props: Props<Choice>) {
  const { label, anyLabel, choices, labelOf, value, onChange } = props;
  return (
    <MultiSelect
      aria-label={label}
      placeholder={value.length === 0 ? anyLabel : ""}
      data={choices.map((choice) => ({ value: choice, label: labelOf(choice) }))}
      value={[...value]}
      onChange={onChange}
      clearable
    />
  );
}
