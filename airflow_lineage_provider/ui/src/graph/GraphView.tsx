import { ReactFlowProvider } from "@xyflow/react";

import { ColumnRoot } from "./columns/ColumnRoot";
import { Explorer } from "./Explorer";
import { SearchPage } from "./search/SearchPage";
import { addStyles } from "./styles";
import { useGraphState } from "./useGraphState";

addStyles();

/** Search first; with a node in the address, the graph around it. */
const GraphView = () => {
  const [state, change] = useGraphState();
  if (state.node === null) return <SearchPage />;
  if (state.node.startsWith("column:")) return <ColumnRoot onChange={change} state={state} />;
  return (
    <ReactFlowProvider>
      <Explorer />
    </ReactFlowProvider>
  );
};

export default GraphView;
