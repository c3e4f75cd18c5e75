import { useSyncExternalStore } from "react";

const isDark = (): boolean => document.documentElement.classList.contains("dark");

const follow = (tell: () => void): (() => void) => {
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributeFilter: ["class"] });
  return () => observer.disconnect();
};

/** What Airflow's UI says on the document; it changes while the page lives. */
export const useColorMode = (): "dark" | "light" => (useSyncExternalStore(follow, isDark) ? "dark" : "light");
