import { useParams } from "../../ui/useParams";
import { GovernanceShell } from "../GovernanceShell";
import { ContractList } from "./ContractList";
import { ContractPage } from "./ContractPage";

/** The contracts in force, or one of them. */
const ContractsView = () => {
  const id = useParams().get("contract");
  return <GovernanceShell view="contracts">{id ? <ContractPage id={id} key={id} /> : <ContractList />}</GovernanceShell>;
};

export default ContractsView;
