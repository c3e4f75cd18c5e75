import { useParams } from "../../ui/useParams";
import { GovernanceShell } from "../GovernanceShell";
import { OrphansPage } from "./OrphansPage";
import { RegisterPage } from "./RegisterPage";

/** Datasets that nobody owns, and the register of owners. */
const OwnersView = () => {
  const isRegister = useParams().get("section") === "register";
  return (
    <GovernanceShell section={isRegister ? "register" : ""} view="owners">
      {isRegister ? <RegisterPage /> : <OrphansPage />}
    </GovernanceShell>
  );
};

export default OwnersView;
