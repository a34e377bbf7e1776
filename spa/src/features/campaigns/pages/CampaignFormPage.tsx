import { Skeleton, Stack } from "@mantine/core";
import { useNavigate, useParams } from "react-router";

import { ErrorState, ForbiddenState, OfflineState } from "../../../components/ErrorState";
import { sayDone } from "../../../components/notify";
import { PageHeader } from "../../../components/PageHeader";
import { useTranslation } from "../../../lib/i18n";
import { useMay } from "../../../lib/permissions";
import { useCreateCampaign } from "../api/create-campaign";
import { useFreshCampaign } from "../api/get-campaign";
import type { Campaign } from "../api/types";
import { useUpdateCampaign } from "../api/update-campaign";
import { CampaignForm } from "../components/CampaignForm";
import "../locales/index";

export default function CampaignFormPage() {
  const { id } = useParams();
  const mayCreate = useMay("campaigns.create");
  const mayUpdate = useMay("campaigns.update");
  if (!(id === undefined ? mayCreate : mayUpdate)) return <ForbiddenState />;
  return id === undefined ? <CreatePage /> : <EditPage id={Number(id)} />;
}

function useOnSaved(textKey: string) {
  const { t } = useTranslation("campaigns");
  const navigate = useNavigate();
  return (campaign: Campaign) => {
    sayDone(t(textKey, { name: campaign.name }));
    // The way back from the campaign should not lead into a form that is done with.
    void navigate(`/manage/campaigns/${campaign.id}`, { replace: true });
  };
}

function CreatePage() {
  const { t } = useTranslation("campaigns");
  const { mutateAsync } = useCreateCampaign();
  const onSaved = useOnSaved("form.created");
  return (
    <>
      <PageHeader title={t("form.createTitle")} />
      <CampaignForm campaign={null} onSave={({ all }) => mutateAsync(all)} onSaved={onSaved} />
    </>
  );
}

function EditPage({ id }: { id: number }) {
  const { t } = useTranslation("campaigns");
  const { data, error, fetchStatus, isFetchedAfterMount, refetch } = useFreshCampaign(id);
  const { mutateAsync } = useUpdateCampaign(id);
  const onSaved = useOnSaved("form.saved");
  // Never by the error alone: a half-written form must not go because a refetch failed.
  if (!data && error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data && fetchStatus === "paused") return <OfflineState />;
  if (!data || !isFetchedAfterMount) return <FormSkeleton />;
  return (
    <>
      <PageHeader title={t("form.editTitle", { name: data.name })} />
      <CampaignForm
        campaign={data}
        onSave={({ changes }) => mutateAsync(changes)}
        onSaved={onSaved}
      />
    </>
  );
}

function FormSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack role="status" aria-label={t("loading")}>
      <Skeleton height={34} width="50%" />
      <Skeleton height={60} />
      <Skeleton height={60} />
      <Skeleton height={240} />
    </Stack>
  );
}
