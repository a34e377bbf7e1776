import { Alert, Anchor, List } from "@mantine/core";
import type { FormErrors } from "@mantine/form";
import { useEffect, useRef } from "react";

import { useTranslation } from "../../../lib/i18n";
import { FIELDS } from "./form-values";

const LABELS: Record<(typeof FIELDS)[number], string> = {
  name: "form.name",
  subject: "form.subject",
  from_name: "form.fromName",
  from_email: "form.fromEmail",
  body_text: "form.bodyText",
  body_html: "form.bodyHtml",
  segments: "segments",
  excluded_lists: "excludedLists",
  excluded_segments: "excludedSegments",
  sample_size: "sampleSize",
  sample_percent: "samplePercent",
  lists: "form.lists",
  transport: "form.transport",
  rate_limit: "form.rateLimit",
  is_public: "form.isPublic",
};

interface Props {
  errors: FormErrors;
  /** What is wrong with the whole. */
  problem: string | undefined;
  onChoose: (field: string) => void;
}

/** Over the buttons: whoever pressed one looks there. */
export function ProblemSummary({ errors, problem, onChoose }: Props) {
  const { t } = useTranslation("campaigns");
  const summary = useRef<HTMLDivElement>(null);

  // With errors of fields the focus goes to the first of them, and the eye with it.
  useEffect(() => {
    if (problem) summary.current?.scrollIntoView({ block: "nearest" });
  }, [problem]);

  const wrong = FIELDS.filter((field) => errors[field]);
  if (wrong.length === 0 && !problem) return null;
  const title = problem ? t("form.notSaved") : t("form.summary", { count: wrong.length });
  return (
    <Alert ref={summary} color="red" mt="xl" role="alert" title={title}>
      {problem}
      {wrong.length > 0 && (
        <List size="sm">
          {wrong.map((field) => (
            <List.Item key={field}>
              <Anchor component="button" type="button" size="sm" onClick={() => onChoose(field)}>
                {t(LABELS[field])}
              </Anchor>
              : {errors[field]}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
