import { Button } from "@mantine/core";
import { useParams } from "react-router";

import { ErrorState } from "../../../components/ErrorState";
import { LoadingState } from "../../../components/LoadingState";
import { PageHeader } from "../../../components/PageHeader";
import { useTranslation } from "../../../lib/i18n";
import { useMay } from "../../../lib/permissions";
import { useImport } from "../api/get-import";
import { useCancelImport } from "../api/move-import";
import { Outcome } from "../components/Outcome";
import { Settings } from "../components/Settings";
import "../locales/index";

export default function ImportPage() {
  const { t } = useTranslation("imports");
  const id = Number(useParams()["id"]);
  const { data: job, error, refetch } = useImport(id);
  const cancel = useCancelImport(id);
  const mayStart = useMay("imports.start");
  if (!job) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingState />;
  }
  return (
    <>
      <PageHeader
        title={job.file_name}
        description={t(`status.${job.status}`)}
        actions={
          mayStart &&
          job.status === "running" && (
            <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t("cancel")}
            </Button>
          )
        }
      />
      <Outcome job={job} />
      {mayStart && job.status === "uploaded" && (
        <Settings key={`${job.encoding} ${job.delimiter}`} job={job} />
      )}
    </>
  );
}
