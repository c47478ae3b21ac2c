"""nbgrader's configuration: the sources are in solutions/, what learners get is in exercises/."""

c = get_config()  # noqa: F821 - nbgrader's

c.CourseDirectory.course_id = "vmlesson"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "build/submitted"
c.CourseDirectory.autograded_directory = "build/autograded"
c.CourseDirectory.feedback_directory = "build/feedback"
c.CourseDirectory.db_url = "sqlite:///build/gradebook.db"
c.ExecutePreprocessor.timeout = 30
c.ExecutePreprocessor.startup_timeout = 60
