import { Button, Group } from "@mantine/core";

import { useTranslation } from "../lib/i18n";

interface RowButton {
  /** What it does to which row, for who can't see the row. */
  label: string;
  /** Where another word than the usual one says it better. */
  text?: string;
  run: () => void;
}

interface Props {
  /** `false` where it may not be done. */
  edit?: RowButton | false;
  remove?: RowButton | false;
}

/** What most rows offer. */
export function RowButtons({ edit, remove }: Props) {
  const { t } = useTranslation();
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {edit && (
        <Button variant="default" size="compact-sm" aria-label={edit.label} onClick={edit.run}>
          {edit.text ?? t("action.edit")}
        </Button>
      )}
      {remove && (
        <Button
          variant="default"
          size="compact-sm"
          c="var(--ph-danger)"
          aria-label={remove.label}
          onClick={remove.run}
        >
          {remove.text ?? t("action.delete")}
        </Button>
      )}
    </Group>
  );
}
