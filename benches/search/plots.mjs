export const growthPlot = () => ""; export const ratioPlot = () => "";
