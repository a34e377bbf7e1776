import { Alert, Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";

import { ErrorState, ForbiddenState } from "../../../components/ErrorState";
import { LoadingState } from "../../../components/LoadingState";
import { sayDone } from "../../../components/notify";
import { PageHeader } from "../../../components/PageHeader";
import { ProblemText } from "../../../components/ProblemText";
import { useFormProblems } from "../../../components/useFormProblems";
import { useTranslation } from "../../../lib/i18n";
import { useMay } from "../../../lib/permissions";
import { useSegment } from "../api/get-segment";
import { useSaveSegment } from "../api/save-segment";
import type { Segment } from "../api/types";
import { filterOf, newCondition, newGroup, treeOf, type Filter } from "../components/filter-tree";
import { FilterBuilder } from "../components/FilterBuilder";
import { SegmentPreview } from "../components/SegmentPreview";
import "../locales/index";

export default function SegmentPage() {
  const { t } = useTranslation("audience");
  const { id: param } = useParams();
  const id = param === undefined ? null : Number(param);
  const mayCreate = useMay("segments.create");
  const { data, error, refetch } = useSegment(id);
  if (id === null) {
    if (!mayCreate) return <ForbiddenState />;
    return (
      <>
        <PageHeader title={t("segments.createTitle")} />
        <SegmentForm segment={null} />
      </>
    );
  }
  if (!data && error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return (
    <>
      <PageHeader title={data.name} />
      <SegmentForm key={id} segment={data} />
    </>
  );
}

function SegmentForm({ segment }: { segment: Segment | null }) {
  const { t } = useTranslation("audience");
  const { t: common } = useTranslation();
  const navigate = useNavigate();
  const maySave = useMay(segment ? "segments.update" : "segments.create");
  const { mutateAsync, isPending } = useSaveSegment(segment?.id ?? null);
  const [tree, setTree] = useState(() =>
    segment ? treeOf(segment.filter as Filter) : newGroup(newCondition()),
  );
  const filter = filterOf(tree);
  const form = useForm({
    initialValues: { name: segment?.name ?? "", description: segment?.description ?? "" },
    validate: {
      name: (name) => (name.trim() === "" ? t("required", { label: t("segments.name") }) : null),
    },
  });
  const problems = useFormProblems(form);

  async function save(values: typeof form.values) {
    problems.clear();
    if (filter === null) {
      problems.show(new Error(t("segments.incomplete")));
      return;
    }
    try {
      const { name } = await mutateAsync({ ...values, filter });
      sayDone(t("segments.saved", { name }));
      void navigate("/manage/segments");
    } catch (error) {
      problems.show(error);
    }
  }

  return (
    <form
      noValidate
      aria-busy={isPending}
      onSubmit={form.onSubmit((values) => void save(values), problems.focusFirst)}
    >
      <Stack gap="md">
        {!maySave && <Alert color="blue">{t("segments.readOnly")}</Alert>}
        <TextInput
          label={t("segments.name")}
          required
          withAsterisk={false}
          {...form.getInputProps("name")}
        />
        <Textarea
          label={t("segments.description")}
          rows={2}
          {...form.getInputProps("description")}
        />
        <FilterBuilder group={tree} onChange={setTree} />
        <SegmentPreview filter={filter} />
        <ProblemText text={problems.problem} />
        <Group>
          {maySave && (
            <Button type="submit" loading={isPending}>
              {segment ? common("action.save") : t("segments.create")}
            </Button>
          )}
          <Button component={Link} to="/manage/segments" variant="default">
            {common("action.cancel")}
          </Button>
          {segment && (
            <Button
              component={Link}
              to={`/manage/subscribers?segment=${segment.id}`}
              variant="subtle"
            >
              {t("segments.show")}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
