"""nbgrader's configuration: the sources are in solutions/, what learners get is in exercises/."""

c = get_config()  # noqa: F821 - nbgrader's

c.CourseDirectory.course_id = "vmlesson"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "build/submitted"
c.CourseDirectory.autograded_directory = "build/autograded"
c.CourseDirectory.feedback_directory = "build/feedback"
c.CourseDirectory.db_url = "sqlite:///build/gradebook.db"
# The judge takes the place of nbgrader's Execute: no submission's code runs in nbgrader.
c.Autograde.pre_convert_hook = "vmlesson.grade.nbgrader.under_its_name"
c.Autograde.sanitize_preprocessors = ["vmlesson.grade.nbgrader.AsReleased"]
c.Autograde.autograde_preprocessors = [
    "vmlesson.grade.nbgrader.Judge",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
