// The last of every script: the theme as the system has it, and the switch.
theme.hidden = false;
theme.onclick = () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
};
system.onchange = nameTheme;
nameTheme();
