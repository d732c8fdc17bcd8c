/** The workbench as an anywidget. */
export default { render() {} };
