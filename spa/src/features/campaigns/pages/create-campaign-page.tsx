import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { PageTitle } from '../../../components/page-title';
import { useCreateCampaign } from '../api/save-campaign';
import { CampaignForm } from '../components/campaign-form';

export function CreateCampaignPage() {
  const { t } = useTranslation('manage');
  const navigate = useNavigate();
  const create = useCreateCampaign();
  return (
    <>
      <PageTitle title={t('form.createTitle')} />
      <CampaignForm
        save={({ body }) => create.mutateAsync(body)}
        onSaved={({ id }, preview) => {
          // Replaced, so that Back does not lead to a form that would create it once more.
          void navigate(
            preview ? `/manage/campaigns/${id}/edit?preview=1` : `/manage/campaigns/${id}`,
            { replace: true },
          );
        }}
      />
    </>
  );
}
