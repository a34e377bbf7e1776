import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { PageTitle } from '../../../components/page-title';
import { ErrorState, LoadingRows } from '../../../components/states';
import { StatusBadge } from '../../../components/status-badge';
import { useCanEdit } from '../../../lib/session';
import { useCampaign } from '../api/campaign';
import { useUpdateCampaign } from '../api/save-campaign';
import { CampaignForm } from '../components/campaign-form';
import { PreviewDialog } from '../components/preview-dialog';

export function EditCampaignPage() {
  const { t } = useTranslation('manage');
  const { t: common } = useTranslation();
  const navigate = useNavigate();
  const id = Number(useParams().campaignId);
  const [query, setQuery] = useSearchParams();
  const canEdit = useCanEdit();
  const campaign = useCampaign(id);
  const update = useUpdateCampaign(id);

  if (campaign.isPending) return <LoadingRows height={120} rows={4} />;
  if (campaign.isError && !campaign.data) {
    return <ErrorState error={campaign.error} onRetry={() => void campaign.refetch()} />;
  }
  if (!canEdit) return <PageTitle title={common('problem.permission_denied')} />;

  return (
    <>
      <PageTitle
        title={t('form.editTitle', { name: campaign.data.name })}
        lead={<Link to={`/manage/campaigns/${id}`}>{t('form.toCampaign')}</Link>}
      >
        <StatusBadge status={campaign.data.status} />
      </PageTitle>
      {/* Another state opens other fields. What was written stays: the form is not mounted anew. */}
      <CampaignForm
        campaign={campaign.data}
        save={({ open }) => update.mutateAsync(open)}
        onSaved={(_, preview) => {
          if (preview) setQuery({ preview: '1' }, { replace: true });
          else void navigate(`/manage/campaigns/${id}`);
        }}
      />
      {query.has('preview') && (
        <PreviewDialog
          id={id}
          onClose={() => {
            setQuery({}, { replace: true });
          }}
        />
      )}
    </>
  );
}
