import { ChakraProvider } from "@chakra-ui/react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router-dom";

import { followColorMode } from "./colorMode";
import { Root } from "./Root";
import { system } from "./theme";

/** Render the app on its own page, which has a place for it. */
export const start = (): void => {
  const place = document.getElementById("lineage");
  if (place === null) return;
  followColorMode();
  createRoot(place).render(
    <ChakraProvider value={system}>
      <BrowserRouter>
        <Root standalone />
      </BrowserRouter>
    </ChakraProvider>,
  );
};
