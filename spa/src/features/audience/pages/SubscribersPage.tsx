import { PageHeader } from "../../../components/PageHeader";

export default function SubscribersPage() {
  return <PageHeader title="SubscribersPage" />;
}
