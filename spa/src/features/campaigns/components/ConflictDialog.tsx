import { Button, Group, Text } from "@mantine/core";

import { useTranslation } from "../../../lib/i18n";
import { Dialog } from "../../../components/Dialog";
import type { Campaign } from "../api/types";
import classes from "./editor/editor.module.css";
import { FIELDS, valuesOf, type FormValues } from "./form-values";
import { LABELS } from "./ProblemSummary";

interface Props {
  /** As somebody else saved it meanwhile; `null` while nobody did. */
  theirs: Campaign | null;
  mine: FormValues;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
  onClose: () => void;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Two people wrote the same campaign: both versions, and one of them chosen by a person. */
export function ConflictDialog({ theirs, mine, onKeepMine, onTakeTheirs, onClose }: Props) {
  const { t } = useTranslation("campaigns");
  const other = valuesOf(theirs);
  const different = FIELDS.filter((field) => shown(other[field]) !== shown(mine[field]));
  return (
    <Dialog opened={theirs !== null} title={t("editor.conflict.title")} isForm onClose={onClose}>
      <Text size="sm">{t("editor.conflict.text")}</Text>
      {different.map((field) => (
        <section key={field} aria-label={t(LABELS[field])}>
          <Text fw={600} size="sm" mt="sm">
            {t(LABELS[field])}
          </Text>
          <div className={classes.versions}>
            <div>
              <Text size="xs">{t("editor.conflict.mine")}</Text>
              <pre className={classes.version}>{shown(mine[field])}</pre>
            </div>
            <div>
              <Text size="xs">{t("editor.conflict.theirs")}</Text>
              <pre className={classes.version}>{shown(other[field])}</pre>
            </div>
          </div>
        </section>
      ))}
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={onTakeTheirs}>
          {t("editor.conflict.takeTheirs")}
        </Button>
        <Button onClick={onKeepMine}>{t("editor.conflict.keepMine")}</Button>
      </Group>
    </Dialog>
  );
}
