import { Button, Group } from "@mantine/core";

interface RowButton {
  label: string;
  /** The label with what it is about, for who can't see the row. */
  fullLabel: string;
  isLosing?: boolean;
  onClick: () => void;
}

export function RowButtons({ buttons }: { buttons: RowButton[] }) {
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {buttons.map(({ label, fullLabel, isLosing, onClick }) => (
        <Button
          key={label}
          variant="default"
          size="compact-sm"
          aria-label={fullLabel}
          {...(isLosing && { c: "var(--ph-danger)" })}
          onClick={onClick}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}
